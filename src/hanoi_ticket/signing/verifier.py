"""Is this signature right? One policy, whatever does the arithmetic.

Ed25519 is held to policy `strict`: exact lengths, S < L, canonical A and R, small-order A and R refused, cofactorless,
the encoding of R compared. ES256 takes r||s of 64 bytes, both in [1, n-1], high s included.
"""

from collections.abc import Sequence
from typing import Final, get_args

from hanoi_ticket.claims import Alg
from hanoi_ticket.native.choice import Backend, kernels
from hanoi_ticket.standards import SIGNATURE_BYTES

_KEY_SIZES: Final = {"EdDSA": (32,), "ES256": (33, 65)}


def verify_signature(
    alg: Alg, public_key: bytes, message: bytes, signature: bytes, *, backend: Backend = "auto"
) -> bool:
    """Whether `signature` over `message` is right under `public_key`.

    `public_key` is raw: 32 bytes for "EdDSA"; 33 (compressed) or 65 bytes for "ES256". `signature` is 64 bytes.
    Bytes of a wrong length or value are a wrong signature; another `alg` or `backend` is a `ValueError`.
    "auto" is the native library where it is present, else OpenSSL; a backend that is asked for by name and cannot serve
    raises `NativeRefused`.
    """
    if alg not in _KEY_SIZES:
        raise ValueError(f'alg is "EdDSA" or "ES256", not {alg!r}')
    if backend not in get_args(Backend):
        raise ValueError(f"backend is one of {', '.join(get_args(Backend))}, not {backend!r}")
    if not _fits(alg, public_key, signature):
        return False
    compiled = kernels(backend)
    if compiled is not None:
        return compiled.verify(alg, public_key, message, signature)
    from hanoi_ticket.signing import openssl  # noqa: PLC0415  a process that has the kernels does without

    return openssl.verify(alg, public_key, message, signature)


def verify_signatures(
    alg: Alg,
    public_keys: Sequence[bytes],
    messages: Sequence[bytes],
    signatures: Sequence[bytes],
    *,
    backend: Backend = "auto",
) -> list[bool]:
    """The same answers as `verify_signature`, one for each of the three sequences' places."""
    triples = list(zip(public_keys, messages, signatures, strict=True))
    compiled = kernels(backend) if triples and alg in _KEY_SIZES and backend in get_args(Backend) else None
    if compiled is None:
        return [verify_signature(alg, *triple, backend=backend) for triple in triples]
    fitting = [i for i, (key, _, signature) in enumerate(triples) if _fits(alg, key, signature)]
    answers = [False] * len(triples)
    if fitting:
        columns = zip(*(triples[i] for i in fitting), strict=True)
        for i, answer in zip(fitting, compiled.verify_many(alg, *columns), strict=True):
            answers[i] = answer
    return answers


def _fits(alg: Alg, public_key: bytes, signature: bytes) -> bool:
    return len(public_key) in _KEY_SIZES[alg] and len(signature) == SIGNATURE_BYTES
