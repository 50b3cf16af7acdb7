"""Orders, deliveries, and what a warehouse says of them."""

import json
import random
import time
from datetime import UTC, datetime, timedelta

from psycopg2 import OperationalError

from odoo.fields import Command

from odoo.addons.logistics_core.envelope import Envelope

PRODUCTS = 60
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MILESTONES = ("label_created", "in_transit", "out_for_delivery", "delivered")
TRIES = 10


def prepare(env, backend_id, name):
    """Make a warehouse with stock; routed to the backend when one is given.

    :return: what ``make_orders`` takes as ``place``
    """
    env.company.stock_move_email_validation = False
    warehouse = env["stock.warehouse"].create({"name": name, "code": name[-5:]})
    # Demo data let Odoo gather deliveries into waves, which is not measured here.
    env["stock.picking.type"].search([]).auto_batch = False
    if backend_id:
        types = env["logistics.message.type"]
        env["logistics.route"].create(
            {
                "name": name,
                "sequence": 1,
                "res_model": "stock.picking",
                "type_id": types._get("outbound_instruction").id,
                "backend_id": backend_id,
                "warehouse_id": warehouse.id,
            }
        )
    products = env["product.product"].create(
        [_prepare_product(f"{name}-{number}") for number in range(PRODUCTS)]
    )
    for product in products:
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 1_000_000
        )
    customers = env["res.partner"].create(
        [_prepare_customer(env, number) for number in range(20)]
    )
    return {
        "warehouse_id": warehouse.id,
        "product_ids": products.ids,
        "partner_ids": customers.ids,
    }


def _prepare_product(sku):
    return {
        "name": f"Product {sku}",
        "default_code": sku,
        "type": "consu",
        "is_storable": True,
        "list_price": 10,
        "taxes_id": [Command.clear()],
    }


def _prepare_customer(env, number):
    return {
        "name": f"Customer {number}",
        "street": f"Street {number}",
        "city": "London",
        "zip": "SW1Y 4JH",
        "country_id": env.ref("base.uk").id,
    }


def make_orders(env, place, count, seed):
    """Make quotations with two lines each; return their ids."""
    dice = random.Random(seed)
    orders = env["sale.order"].create(
        [
            {
                "partner_id": dice.choice(place["partner_ids"]),
                "warehouse_id": place["warehouse_id"],
                "order_line": [
                    Command.create({"product_id": product, "product_uom_qty": 2})
                    for product in dice.sample(place["product_ids"], 2)
                ],
            }
            for _number in range(count)
        ]
    )
    return orders.ids


def confirm(env, order_ids, batch):
    """Confirm orders in batches with a commit each; return the seconds taken.

    The commit runs Odoo's hooks, in which ours writes the outbox.
    """
    env.cr.commit()
    started = time.perf_counter()
    for start in range(0, len(order_ids), batch):
        env["sale.order"].browse(order_ids[start : start + batch]).action_confirm()
        env.cr.commit()
    return time.perf_counter() - started


def count_ready(env, order_ids):
    """[deliveries that are reserved, instructions in the outbox] of orders."""
    pickings = env["sale.order"].browse(order_ids).picking_ids
    ready = pickings.filtered(lambda p: p.state == "assigned")
    messages = env["logistics.message"].search_count(
        [("res_model", "=", "stock.picking"), ("res_id", "in", pickings.ids)]
    )
    return [len(ready), messages]


def make_released(env, backend_id, place, count, seed):
    """Deliveries that the partner has accepted; return their ids."""
    orders = env["sale.order"].browse(make_orders(env, place, count, seed))
    orders.action_confirm()
    env.cr.flush()
    env.cr.postcommit.clear()
    env.cr.execute(
        "UPDATE logistics_message SET state = 'done', done_at = now()"
        " WHERE backend_id = %s AND direction = 'out' AND state = 'pending'",
        [backend_id],
    )
    pickings = orders.picking_ids
    pickings._logistics_set_state("accepted")
    if len(pickings) != count or set(pickings.mapped("state")) != {"assigned"}:
        raise ValueError(f"{count} deliveries were wanted, got {pickings}")
    return pickings.ids


def shipments(env, picking_ids):
    """The texts of what the partner says when exactly what is reserved left."""
    return [
        json.dumps(_prepare_shipment(picking))
        for picking in env["stock.picking"].browse(picking_ids)
    ]


def _prepare_shipment(picking):
    number = f"TRK{picking.id:08}"
    lines = [
        {"sku": move.product_id.default_code, "quantity": f"{move.quantity:g}"}
        for move in picking.move_ids
    ]
    return {
        "_message_type": "outbound_notification",
        "_version": 1,
        "reference": picking.logistics_reference,
        "status": "shipped",
        "shipment_external_id": f"SHP-{picking.id}",
        "remaining": "closed",
        "occurred_at": START.isoformat(),
        "parcels": [
            {
                "lines": [{**line, "uom": "EA"} for line in lines],
                "tracking_number": number,
                "tracking_url": f"https://track.example.com/{number}",
                "carrier": "Carrier",
            }
        ],
    }


def count_reserved(env, place):
    """Pieces of the place's products that are reserved in its stock."""
    stock = env["stock.warehouse"].browse(place["warehouse_id"]).lot_stock_id
    quants = env["stock.quant"].search(
        [
            ("product_id", "in", place["product_ids"]),
            ("location_id", "child_of", stock.id),
        ]
    )
    return sum(quants.mapped("reserved_quantity"))


def milestones(env, picking_ids):
    """The texts of four milestones of each delivery, in the order they come."""
    pickings = env["stock.picking"].browse(picking_ids)
    return [
        json.dumps(
            {
                "_message_type": "transport_status",
                "_version": 1,
                "reference": picking.logistics_reference,
                "status": status,
                "occurred_at": (START + timedelta(hours=hour)).isoformat(),
            }
        )
        for hour, status in enumerate(MILESTONES)
        for picking in pickings
    ]


def receive(env, backend_id, payloads, prefix):
    """Take facts into the inbox and wake nobody."""
    envelopes = [
        Envelope(
            external_id=f"{prefix}-{number}",
            event=json.loads(payload)["_message_type"],
            ordering_key=json.loads(payload)["reference"],
            payload=payload,
        )
        for number, payload in enumerate(payloads)
    ]
    backend = env["logistics.backend"].browse(backend_id)
    env["logistics.message"]._receive(backend, envelopes)


def enqueue(env, method, payloads):
    """One job for each fact."""
    bench = env["logistics.bench"]
    for payload in payloads:
        getattr(bench.with_delay(channel="root.bench"), method)(payload)


def ship_in_batches(env, payloads, batch):
    """B3b: validate in batches with a commit each, again when another was quicker."""
    for start in range(0, len(payloads), batch):
        facts = [json.loads(text) for text in payloads[start : start + batch]]
        for number in range(TRIES):
            try:
                env["stock.picking"]._bench_ship(facts)
                env.cr.commit()
                break
            except OperationalError:
                env.cr.rollback()
                if number == TRIES - 1:
                    raise
                time.sleep(random.uniform(0, 0.05 * 2**number))


def shipped_state(env, picking_ids):
    """What to compare after shipments: a count for each property that must hold."""
    pickings = env["stock.picking"].browse(picking_ids)
    lines = pickings.move_line_ids
    return {
        "done": len(pickings.filtered(lambda p: p.state == "done")),
        "shipped": len(pickings.filtered(lambda p: p.logistics_state == "shipped")),
        "tracked": len(
            pickings.filtered(lambda p: p.carrier_tracking_ref == f"TRK{p.id:08}")
        ),
        "quantity": sum(lines.mapped("quantity")),
        "parcels": len(lines.result_package_id),
        "stock": sum(
            env["stock.quant"]
            .search([("package_id", "in", lines.result_package_id.ids)])
            .mapped("quantity")
        ),
    }


def forget_milestones(env, picking_ids):
    """Reset deliveries as if no transport status had been received."""
    env.cr.execute(
        "UPDATE stock_picking SET logistics_transport_state = NULL,"
        " logistics_transport_at = NULL, logistics_delivered_at = NULL"
        " WHERE id = ANY(%s)",
        [picking_ids],
    )
    env.invalidate_all(flush=False)


def count_delivered(env, picking_ids):
    """Deliveries whose last milestone is recorded, with its time."""
    last = (START + timedelta(hours=len(MILESTONES) - 1)).replace(tzinfo=None)
    return env["stock.picking"].search_count(
        [
            ("id", "in", picking_ids),
            ("logistics_transport_state", "=", MILESTONES[-1]),
            ("logistics_transport_at", "=", last),
            ("logistics_delivered_at", "=", last),
        ]
    )
