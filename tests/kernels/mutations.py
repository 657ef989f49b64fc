"""Signatures broken in the ways that tell verifiers apart."""

from tests.kernels import curve25519 as oracle


def mutated(rng, key, signature, message):
    """The three, with one of them broken in one of the ways that tell verifiers apart; often not at all."""
    kind = rng.randrange(10)
    s = int.from_bytes(signature[32:], "little")
    if kind == 0:
        signature = flipped(rng, signature)
    elif kind == 1:
        key = flipped(rng, key)
    elif kind == 2:
        message = flipped(rng, message) if message else b"x"
    elif kind == 3:
        signature = signature[:32] + (s + oracle.L).to_bytes(32, "little")
    elif kind == 4:
        signature = signature[:32] + rng.choice([0, 1, oracle.L - 1, oracle.L, 2**255, 2**256 - 1]).to_bytes(
            32, "little"
        )
    elif kind == 5:
        signature = oracle.encode(rng.choice(oracle.SMALL_ORDER)) + signature[32:]
    elif kind == 6:
        key = oracle.encode(rng.choice(oracle.SMALL_ORDER))
    return key, signature, message


def flipped(rng, data):
    i = rng.randrange(8 * len(data))
    return data[: i // 8] + bytes([data[i // 8] ^ 1 << i % 8]) + data[i // 8 + 1 :]
