from . import contract, transport_status
