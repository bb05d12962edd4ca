"""What prose may say of the result of `flowers_moved`."""

from cnnlab.words import decimal, integer, percent


def numbers(result) -> dict:
    told = {"photos": integer(result.photos)}
    for row in result.layers:
        key = row["layer"].replace(".", "_")
        told |= {f"{key}_weights": percent(row["weights"], 1), f"{key}_cka": decimal(row["cka"], 2)}
    return told
