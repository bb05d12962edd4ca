"""Numbers of `handout` for prose and tables."""

from cnnlab.experiments.handout.compute import Handout
from cnnlab.words import Quantity, integer, size


def numbers(result: Handout) -> dict[str, Quantity]:
    """Sizes, blocks and parameters of both first stages; those of table 1 begin with `table_`."""
    conv1 = result.sizes[1]
    return {
        "conv1": size(*conv1.handout[:2]),
        "table_conv1": size(*conv1.table[:2]),
        "pool": size(*result.pool_size),
        "table_pool": size(*result.table.output[:2]),
        "output": size(*result.output),
        "table_output": size(*result.table.output),
        "blocks": integer(result.blocks),
        "table_blocks": integer(result.table.blocks),
        "parameters": integer(result.parameters),
        "table_parameters": integer(result.table.parameters),
        **{f"later_{row.stage}": size(*row.handout[:2]) for row in result.later},
        **{f"table_later_{row.stage}": size(*row.table[:2]) for row in result.later},
    }
