"""What every test shares: how hypothesis searches."""

from hypothesis import settings

# The same examples in every run, and no clock on them: a test that fails, fails for everyone.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci")
