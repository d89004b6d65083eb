"""Addresses of style sheets and scripts, and how long a browser may keep them."""


def test_a_file_is_kept_for_as_long_as_it_is_the_same(probes):
    found = probes["answers"]
    assert "max-age=31536000" in found["kept"]
    assert found["unversioned"] == found["other"] == "no-cache"
    assert found["changed"]
