"""The non-adjacent form of width w: Hankerson, Menezes, Vanstone, Guide to Elliptic Curve Cryptography, algorithm 3.35.

Odd digits below 2^(w-1) in absolute value, at least w places apart.
"""
