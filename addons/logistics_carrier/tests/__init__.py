from . import (
    test_records,
    test_labels,
    test_voids,
    test_tracking,
)
