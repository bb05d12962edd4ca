"""The head of document 002, and the one that gives logits of two classes."""

import pytest

pytestmark = pytest.mark.torch


def test_both_heads_have_the_printed_parameters():
    from cnnlab.models.document_head import TwoClassHead, printed_head
    from cnnlab.models.weights_torch import parameters

    assert parameters(printed_head(512)) == parameters(TwoClassHead(512)) == 65_793


def test_the_loss_of_two_classes_is_the_documents():
    import torch
    from torch import nn

    from cnnlab.models.document_head import TwoClassHead

    head = TwoClassHead(6).eval()
    features, labels = torch.randn(5, 6), torch.tensor([0, 1, 1, 0, 1])
    with torch.no_grad():
        probability = nn.Sequential(*head.layers, nn.Sigmoid())(features)  # as printed
        logits = head(features)
    assert torch.allclose(logits.softmax(1)[:, 1:], probability, atol=1e-6)
    binary = nn.BCELoss()(probability, labels.float()[:, None])
    assert float(nn.functional.cross_entropy(logits, labels)) == pytest.approx(float(binary), abs=1e-6)


def test_a_sure_and_wrong_answer_costs_more_than_the_document_can_say():
    import torch
    from torch import nn

    logits = torch.tensor([[0.0, -200.0]])
    assert float(nn.functional.cross_entropy(logits, torch.tensor([1]))) == pytest.approx(200)
    assert float(nn.BCELoss()(torch.sigmoid(logits[:, 1:]), torch.ones(1, 1))) == 100  # where torch cuts the logarithm
