"""The numbers of the standards, each with its clause."""

from typing import Final

# COSE header parameters, RFC 9052 table 3
HEADER_ALG: Final = 1
HEADER_CONTENT_TYPE: Final = 3
HEADER_KID: Final = 4
HEADER_TYP: Final = 16  # RFC 9596

# COSE algorithms: RFC 9053 tables 1 and 2, and the fully specified ones of RFC 9864
ALG_ES256: Final = -7
ALG_EDDSA: Final = -8
ALG_ESP256: Final = -9
ALG_ED25519: Final = -19

# COSE keys: RFC 9052 table 4, RFC 9053 tables 17 to 20
KEY_KTY: Final = 1
KEY_CRV: Final = -1
KEY_X: Final = -2
KEY_Y: Final = -3
KTY_OKP: Final = 1
KTY_EC2: Final = 2
CRV_P256: Final = 1
CRV_ED25519: Final = 6

TAG_COSE_SIGN1: Final = 18  # RFC 9052 table 1

# CWT claims: RFC 8392 section 4; cnf: RFC 8747 section 3.1; status_list: draft-ietf-oauth-status-list section 5.2
CLAIM_SUB: Final = 2
CLAIM_EXP: Final = 4
CLAIM_NBF: Final = 5
CLAIM_IAT: Final = 6
CLAIM_CTI: Final = 7
CLAIM_CNF: Final = 8
CLAIM_STATUS_LIST: Final = 65533
CNF_COSE_KEY: Final = 1
CLAIM_FARE: Final = -65537  # the first number for private use, RFC 8392 section 9.1

SIGNATURE_BYTES: Final = 64
KID_BYTES: Final = 4
MAX_SECONDS: Final = 2**53 - 1  # integers that every JSON and JavaScript peer holds exactly
MAX_TICKET_ID: Final = 2**32 - 1
