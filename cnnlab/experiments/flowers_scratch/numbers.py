"""What prose may say of the result of `flowers_scratch`."""


def numbers(result) -> dict:
    from cnnlab.experiments._flowers.numbers import numbers_of

    return numbers_of(result)
