from . import test_dpd_fr
