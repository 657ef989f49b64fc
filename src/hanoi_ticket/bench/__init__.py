"""Will this keep up with my gates? Targets as data, measuring on a noisy machine, and the judgement of the two.

`suite` names the questions, each answered by contenders that `timing` lets take turns; `taps` and `processes` time what
cannot take turns; `gates` holds the answers against `targets.toml`; `report` draws them.
"""
