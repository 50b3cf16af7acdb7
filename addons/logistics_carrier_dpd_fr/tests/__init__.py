from . import test_dpd_fr, test_walls
