from . import (
    test_records,
    test_labels,
    test_voids,
    test_customs,
    test_rates,
    test_points,
    test_tracking,
    test_tracking_poll,
    test_problems,
    test_proof,
    test_manifest,
)
