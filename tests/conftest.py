"""What all tests share."""

from hypothesis import HealthCheck, settings

# How long an example takes says nothing here: other programs run beside the tests.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
