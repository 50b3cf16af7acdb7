from . import logistics_connector_shipbob
