"""What prose may say of the result of `raccoons`."""

from cnnlab.words import decimal, integer, percent, text


def numbers(result) -> dict:
    first, last = result.curve[0], result.curve[-1]
    true = last["right"] + last["missed"]
    left_out = [str(number) for number in result.left_out]
    first_ones, last_one = ", ".join(left_out[:-1]), "".join(left_out[-1:])
    told = {
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "left_out": integer(len(left_out)),
        "left_out_numbers": text(
            es=" y ".join(filter(None, (first_ones, last_one))), en=" and ".join(filter(None, (first_ones, last_one)))
        ),
        "test_photos": integer(len(result.test)),
        "test_boxes": integer(true),
        "one_box": percent(1 / true, 1),
        "epochs": integer(len(result.curve)),
        "parameters": integer(result.parameters),
        "trained_parameters": integer(result.trained_parameters),
        "minutes": decimal(result.training_seconds / 60, 0),
        "memory": decimal(result.provenance.peak_memory_mb / 1000, 1),
        "wrong_first": integer(first["wrong"]),
    }
    for name in ("ap50", "ap75", "ap"):
        told |= {name: decimal(result[name]["value"], 3)}
        told |= {f"{name}_{end}": decimal(result[name][end], 3) for end in ("low", "high")}
    for name in ("right", "wrong", "missed"):
        told[name] = integer(last[name])
    return told
