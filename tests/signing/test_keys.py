"""Keys, their files, and their names."""

import os
import stat

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils, x25519

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, verify
from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.signing import PrivateKey, kid, load_public_key, public_pem, raw_signature, thumbprint
from tests.samples import ALGS, AT, fixed_key


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_thumbprint_of_rfc_9679_section_6():
    x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
    y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"
    key = PublicKey("ES256", bytes([2 + int(y[-1], 16) % 2]) + bytes.fromhex(x))
    assert thumbprint(key).hex() == "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
    assert kid(key).hex() == "496bd8af"


@pytest.mark.parametrize("holder_alg", ALGS)
@pytest.mark.parametrize("issuer_alg", ALGS)
def test_all_four_pairs_of_algorithms(issuer_alg, holder_alg):
    issuer, holder = Issuer.generate(issuer_alg), Holder.generate(holder_alg)
    trust = TrustBundle.of([issuer.public_record()])
    ticket = issuer.issue(holder.public_key, "metro-2a-day", AT - 60, AT + 60)
    assert verify(holder.present(ticket, AT), trust, AT).reason is Reason.OK


@pytest.mark.parametrize("password", [None, b"mat khau"])
@pytest.mark.parametrize("alg", ALGS)
def test_a_key_file_comes_back(tmp_path, alg, password):
    path = tmp_path / "issuer.pem"
    key = PrivateKey.generate(alg)
    key.save(path, password)
    assert PrivateKey.load(path, password).public_key == key.public_key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in path.read_bytes()) is (password is not None)


def test_a_key_file_is_its_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        PrivateKey.generate("EdDSA").save(tmp_path / "key.pem")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key.pem"]


@pytest.mark.parametrize("password", [None, b"", b"wrong"])
def test_a_wrong_password(tmp_path, password):
    path = tmp_path / "issuer.pem"
    PrivateKey.generate("EdDSA").save(path, b"right")
    with pytest.raises(KeyRejected, match=r"issuer\.pem"):
        PrivateKey.load(path, password)


def test_a_password_for_an_open_file(tmp_path):
    path = tmp_path / "issuer.pem"
    PrivateKey.generate("EdDSA").save(path)
    with pytest.raises(KeyRejected):
        PrivateKey.load(path, b"needless")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        pem(rsa.generate_private_key(65537, 2048)),
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ec.generate_private_key(ec.SECP256K1())),
        pem(x25519.X25519PrivateKey.generate()),
        public_pem(fixed_key("EdDSA", 1).public_key),
    ],
    ids=["empty", "text", "rsa", "p-384", "secp256k1", "x25519", "public"],
)
def test_files_without_a_usable_key(tmp_path, content):
    path = tmp_path / "issuer.pem"
    path.write_bytes(content)
    with pytest.raises(KeyRejected):
        PrivateKey.load(path)
    if not content.startswith(b"-----BEGIN PUBLIC"):
        with pytest.raises(KeyRejected):
            load_public_key(path)


@pytest.mark.parametrize("alg", ALGS)
def test_public_keys_are_handed_over_in_pem(tmp_path, alg):
    key = fixed_key(alg, 9).public_key
    path = tmp_path / "public.pem"
    path.write_bytes(public_pem(key))
    assert load_public_key(path) == key


def test_a_public_key_that_is_no_point_has_no_pem():
    with pytest.raises(KeyRejected, match="not a point"):
        public_pem(PublicKey("ES256", b"\x02" + bytes([0xFF]) * 32))


def test_der_becomes_64_bytes():
    key = ec.derive_private_key(5, ec.SECP256R1())
    for number in range(40):
        der = key.sign(bytes([number]), ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(der)
        raw = raw_signature(der)
        assert len(raw) == 64
        assert (int.from_bytes(raw[:32]), int.from_bytes(raw[32:])) == (r, s)
    short = utils.encode_dss_signature(1, 2)
    assert raw_signature(short) == (1).to_bytes(32) + (2).to_bytes(32)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", bytes(64), utils.encode_dss_signature(1 << 256, 1)])
def test_what_is_no_der_signature(der):
    with pytest.raises(ValueError):
        raw_signature(der)


def test_algorithms_are_two():
    with pytest.raises(ValueError, match="alg is"):
        PrivateKey.generate("RS256")
