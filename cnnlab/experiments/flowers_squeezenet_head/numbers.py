"""What prose may say of the result of `flowers_squeezenet_head`."""


def numbers(result) -> dict:
    from cnnlab.experiments._flowers.numbers import numbers_of

    return numbers_of(result)
