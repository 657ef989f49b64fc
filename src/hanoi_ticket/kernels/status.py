"""What a kernel answers: 0, or why not. Kernels raise nothing."""

OK = 0
BAD_KEY = 1  # the encoding of the key is not canonical, or no point of the curve has it
WEAK_KEY = 2  # a point of small order
MIXED_KEY = 3  # a point outside the prime-order subgroup
BAD_SIGNATURE_SCALAR = 4  # outside its range
WEAK_SIGNATURE_POINT = 5  # R of small order
MISMATCH = 6  # the equation does not hold
