"""What prose may say of the result of `found_coco`."""

from cnnlab.words import decimal, integer, text


def numbers(result) -> dict:
    told = {name: decimal(result[name], 3) for name in ("ap", "ap_low", "ap_high", "ap50", "ap50_low", "ap50_high")}
    shown = [f"{each['number']}, {each['licence']}" for kind in ("missed", "wrong") for each in result.chosen[kind]]
    told["credits"] = text(es="; ".join(shown), en="; ".join(shown))
    counted = ("photos", "boxes", "crowds", "categories", "right", "wrong", "missed")
    return told | {name: integer(result[name]) for name in counted} | {"threshold": decimal(result.threshold, 1)}
