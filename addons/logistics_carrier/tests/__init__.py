from .shipping import (
    test_records,
    test_labels,
    test_label_files,
    test_carrier_batch,
    test_voids,
    test_parcel_voids,
    test_leaving,
    test_customer_cost,
    test_units,
    test_warehouse,
    test_payer,
    test_gone,
    test_points,
    test_kit,
)
from .rates import test_rates
from .tracking import (
    test_tracking,
    test_tracking_poll,
    test_tracking_views,
    test_problems,
    test_proof,
)
from .handover import test_manifest, test_wanted
from .customs import (
    test_customs,
    test_customs_documents,
    test_late_documents,
    test_landed_cost,
)
from .freight import (
    test_freight,
    test_freight_bill,
    test_freight_import,
    test_freight_csv,
)
from . import test_guarded_links, test_walls
