"""The order in which a formula's instructions are written down: the same instructions, none before what it needs."""

from llvmlite import ir

from hanoi_ticket.kernels.fp256x8 import Fe8
from hanoi_ticket.kernels.lanes import V8, Lanes
from hanoi_ticket.kernels.schedule import WORTH_IT, multiplies, needs_of, schedule
from hanoi_ticket.kernels.traced import I64


def written(count):
    """A function that loads an element, squares it `count` times and stores each square; the same, in order."""
    function = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), [V8.as_pointer()] * 2), "squares")
    builder = ir.IRBuilder(function.append_basic_block())
    source, target = (lambda i, place=place: builder.gep(place, [ir.Constant(I64, i)]) for place in function.args)
    f = Fe8(Lanes(builder, builder.load(source(i))) for i in range(5))
    for _ in range(count):
        f = f.square()
        for i, limb in enumerate(f.tight):
            builder.store(limb.value, target(i))
    before = list(builder.block.instructions)
    schedule(builder.block, 0)
    return before, builder.block


def test_nothing_comes_before_what_it_needs():
    before, block = written(3)
    after = block.instructions
    assert after != before
    assert sorted(map(id, after)) == sorted(map(id, before))
    place = {id(one): k for k, one in enumerate(after)}
    for one, needs in zip(before, needs_of(before), strict=True):
        assert all(place[id(before[need])] < place[id(one)] for need in needs)


def test_memory_is_written_in_the_order_of_the_formula():
    before, block = written(3)
    stores = [[one for one in order if isinstance(one, ir.StoreInstr)] for order in (before, block.instructions)]
    assert stores[0] == stores[1]
    assert len(stores[0]) == 15


def test_short_code_stays_as_it_is():
    before, block = written(0)
    assert block.instructions == before
    assert sum(map(multiplies, written(1)[1].instructions)) == 60 > WORTH_IT
    assert block.function.attributes.alignstack == 0
    assert written(1)[1].function.attributes.alignstack == 64
