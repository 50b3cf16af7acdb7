from . import logistics_connector_ups
