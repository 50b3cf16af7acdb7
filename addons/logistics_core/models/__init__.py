from . import (
    guard,
    backend,
    message,
    exception,
    mapping,
    document_mixin,
    res_partner,
    res_users,
)
