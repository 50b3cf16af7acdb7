from . import logistics_connector, logistics_shipment, logistics_parcel
