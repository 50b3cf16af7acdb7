"""Deliveries whose labels are bought, and parcels on their way."""

import json
import time
from datetime import UTC, datetime, timedelta

import requests

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.envelope import Envelope

from . import deliveries

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
# The last is not the delivery: it would have the engine fetch a proof as well.
MILESTONES = ("picked_up", "in_transit", "in_transit", "out_for_delivery")
TIMEOUT = 20


def prepare(env, backend_id, name):
    """A French warehouse with stock, French customers, a shipping method.

    :return: what ``make_shipments`` takes as ``place``
    """
    place = deliveries.prepare(env, None, name)
    address = {
        "street": "1 quai du Port",
        "zip": "13002",
        "city": "Marseille",
        "country_id": env.ref("base.fr").id,
        "phone": "+33 4 91 00 00 00",
    }
    partners = env["res.partner"].create(
        [{"name": f"Address {name}-{number}", **address} for number in range(20)]
    )
    # What goes to the warehouse's own address is no sale.
    ours, customers = partners[0], partners[1:]
    env["stock.warehouse"].browse(place["warehouse_id"]).partner_id = ours
    env["product.product"].browse(place["product_ids"]).weight = 1.2
    fee = env["product.product"].create({"name": name, "type": "service"})
    method = env["delivery.carrier"].create(
        {
            "name": name,
            "product_id": fee.id,
            "delivery_type": "logistics",
            "logistics_backend_id": backend_id,
            "logistics_service": "PARCEL",
            "logistics_label_format": "ZPL",
        }
    )
    return {**place, "partner_ids": customers.ids, "method_id": method.id}


def make_shipments(env, place, count, seed, held=False):
    """Ask for the labels of new deliveries and wake nobody; return shipments' ids.

    :param held: as requests that the engine leaves alone
    """
    orders = env["sale.order"].browse(deliveries.make_orders(env, place, count, seed))
    orders.carrier_id = place["method_id"]
    orders.action_confirm()
    shipments, problems = orders.picking_ids._logistics_buy()
    if problems:
        raise ValueError(f"not bought: {problems}")
    env.cr.postcommit.clear()  # the bench rings when its clock starts
    if held:
        _get_requests(env, shipments.ids).write({"state": "cancelled"})
    return shipments.ids


def _get_requests(env, ids):
    domain = [("res_model", "=", "logistics.shipment"), ("res_id", "in", ids)]
    return env["logistics.message"].search(domain, order="id")


def buy_one_by_one(env, ids, url):
    """One label after the other, each with a commit; return the seconds taken.

    The connection is kept, and the same is recorded as the engine records.
    """
    messages = {m.res_id: m for m in _get_requests(env, ids)}
    env.cr.commit()
    session = requests.Session()
    started = time.perf_counter()
    for shipment in env["logistics.shipment"].browse(ids):
        message = messages[shipment.id]
        answer = session.post(
            url,
            json={"id": message.external_id, "data": json.loads(message.canonical)},
            headers={"Idempotency-Key": message.external_id},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        shipment._set_labelled(Canonical.from_dict(answer.json()["data"]))
        message.state = "done"
        env.cr.commit()
    return time.perf_counter() - started


def labelled_state(env, ids):
    """How many shipments, labels and different numbers there are."""
    shipments = env["logistics.shipment"].browse(ids)
    parcels = shipments.parcel_ids
    return {
        "labelled": len(shipments.filtered(lambda s: s.state == "labelled")),
        "labels": len(parcels.filtered("label_id")),
        "numbers": len(set(parcels.mapped("tracking_number")) - {False}),
        "done": len(_get_requests(env, ids).filtered(lambda m: m.state == "done")),
    }


def make_parcels(env, backend_id, name, count):
    """Labelled parcels of a backend, one per shipment; return their ids."""
    company = env["logistics.backend"].browse(backend_id).company_id
    shipments = env["logistics.shipment"].create(
        [
            {
                "name": f"{name}-{number}",
                "backend_id": backend_id,
                "company_id": company.id,
                "state": "labelled",
            }
            for number in range(count)
        ]
    )
    parcels = env["logistics.parcel"].create(
        [
            {
                "shipment_id": shipment.id,
                "name": "1",
                "tracking_number": f"T-{shipment.name}",
                "status": "created",
            }
            for shipment in shipments
        ]
    )
    env.cr.postcommit.clear()
    return parcels.ids


def events(env, parcel_ids):
    """The texts of four tracking events of each parcel, in the order they come."""
    parcels = env["logistics.parcel"].browse(parcel_ids)
    return [
        json.dumps(
            {
                "_message_type": "transport_status",
                "_version": 2,
                "tracking_number": parcel.tracking_number,
                "status": status,
                "occurred_at": (START + timedelta(hours=hour)).isoformat(),
                "raw_code": status.upper(),
                "event_id": f"{parcel.tracking_number}-{hour}",
                "description": "As the carrier reports it",
                "city": "Lyon",
                "country": "FR",
            }
        )
        for hour, status in enumerate(MILESTONES)
        for parcel in parcels
    ]


def receive(env, backend_id, payloads, prefix):
    """Take events into the inbox and wake nobody."""
    envelopes = [
        Envelope(
            external_id=f"{prefix}-{number}",
            event="transport_status",
            ordering_key=json.loads(payload)["tracking_number"],
            payload=payload,
        )
        for number, payload in enumerate(payloads)
    ]
    backend = env["logistics.backend"].browse(backend_id)
    env["logistics.message"]._receive(backend, envelopes)


def forget_events(env, parcel_ids):
    """Parcels as they were before anything was reported about them."""
    parcels = env["logistics.parcel"].browse(parcel_ids)
    parcels.event_ids.unlink()
    parcels.write({"status": "created", "last_event_at": False, "status_at": False})
    parcels.shipment_id.write({"state": "labelled"})


def tracked_state(env, parcel_ids):
    """How many parcels are out for delivery, events kept, shipments on their way."""
    parcels = env["logistics.parcel"].browse(parcel_ids)
    return {
        "parcels": len(parcels.filtered(lambda p: p.status == "out_for_delivery")),
        "events": len(parcels.event_ids),
        "shipments": len(
            parcels.shipment_id.filtered(lambda s: s.state == "in_transit")
        ),
    }
