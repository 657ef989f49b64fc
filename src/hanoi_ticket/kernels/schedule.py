"""In which order the instructions of a formula in lanes are written down: that in which a processor would start them.

A product in lanes ends in a chain: each step of the reduction waits for the one before, and each carry. So the
processor must meanwhile work on the next product, and it looks no further ahead than some hundreds of instructions.
LLVM knows neither: it writes products down one after another, or mixes them until the registers run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir

if TYPE_CHECKING:
    from collections.abc import Sequence

AHEAD = 120  # instructions, in the order of the formula, among which the next one is looked for
UNITS = 2  # of each kind: those that multiply, that do the rest with lanes, and that load
MULTIPLICATION, OTHER, LOAD = 4, 2, 0  # cycles until the result is there
BAND = 32  # cycles: what is as urgent as that keeps the order of the formula
WORTH_IT = 50  # multiplications
LINE = 64  # bytes


def schedule(block: Any, first: int) -> None:
    """Put the instructions of a block from number `first` on in order, where many multiply.

    The registers that such code spills are of the size of a cache line, and it wants its stack aligned to that. Nothing
    in it unwinds.
    """
    instructions = block.instructions[first:]
    if sum(map(multiplies, instructions)) >= WORTH_IT:
        block.instructions[first:] = [instructions[k] for k in starting_order(instructions)]
        block.function.attributes.alignstack = LINE
        block.function.attributes.add("nounwind")


def multiplies(instruction: Any) -> bool:
    return isinstance(instruction, ir.CallInstr) and "vpmadd52" in instruction.callee.name


def starting_order(instructions: Sequence[Any]) -> list[int]:
    """In each cycle as many as there are units for: of those that are ready, what most cycles must follow."""
    needs, costs = needs_of(instructions), [cost_of(one) for one in instructions]
    follow = cycles_after(needs, costs)
    ready_at: dict[int, int] = {}
    order: list[int] = []
    waiting, cycle = list(range(len(instructions))), 0
    while waiting:
        units = dict.fromkeys(costs, UNITS)
        for k in sorted(waiting[:AHEAD], key=lambda k: -(follow[k] // BAND)):
            if units[costs[k]] and all(ready_at.get(need, cycle + 1) <= cycle for need in needs[k]):
                units[costs[k]] -= 1
                order.append(k)
        ready_at |= {k: cycle + costs[k] for k in order[len(ready_at) :]}
        waiting = [k for k in waiting if k not in ready_at]
        cycle += 1
    return order


def cost_of(instruction: Any) -> int:
    if multiplies(instruction):
        return MULTIPLICATION
    elsewhere = isinstance(instruction, (ir.LoadInstr, ir.CastInstr))
    return OTHER if isinstance(instruction.type, ir.VectorType) and not elsewhere else LOAD


def needs_of(instructions: Sequence[Any]) -> list[list[int]]:
    """The numbers of the instructions that each one waits for: its operands, and memory in the order of the formula."""
    number_of = {id(one): k for k, one in enumerate(instructions)}
    needs: list[list[int]] = []
    loads: list[int] = []
    written: list[int] = []
    for k, one in enumerate(instructions):
        needs.append([number_of[id(operand)] for operand in one.operands if id(operand) in number_of])
        if isinstance(one, ir.LoadInstr):
            needs[k] += written
            loads.append(k)
        elif isinstance(one, ir.StoreInstr) or (isinstance(one, ir.CallInstr) and not multiplies(one)):
            needs[k] += loads + written
            loads, written = [], [k]
    return needs


def cycles_after(needs: Sequence[Sequence[int]], costs: Sequence[int]) -> list[int]:
    """How many cycles the longest chain takes that starts at each instruction's end."""
    follow = [0] * len(needs)
    for k in range(len(needs) - 1, -1, -1):
        for need in needs[k]:
            follow[need] = max(follow[need], follow[k] + costs[k])
    return follow
