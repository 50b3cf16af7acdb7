from . import (
    test_records,
    test_tracking,
)
