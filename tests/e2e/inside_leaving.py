"""Runs inside an Odoo shell: two connectors are uninstalled with work in hand."""

import base64
import json
import sys

from odoo import api
from odoo.fields import Command

from odoo.addons.logistics_core.envelope import SendResult

env = globals()["env"]  # what the shell gives
WMS, CARRIER = "logistics_wms_shipbob", "logistics_carrier_ups"


def make_backend(name, connector, **values):
    backend = env["logistics.backend"].create(
        {"name": name, "connector": connector, **values}
    )
    # Its start asks the partner, who is not here.
    backend.state = "running"
    return backend


def make_order(customer, product, carrier=None, warehouse=None):
    vals = {
        "partner_id": customer.id,
        "order_line": [Command.create({"product_id": product.id})],
    }
    if carrier:
        vals["carrier_id"] = carrier.id
    if warehouse:
        vals["warehouse_id"] = warehouse.id
    order = env["sale.order"].create(vals)
    order.action_confirm()
    env.cr.commit()
    return order.picking_ids


def answer(message, result):
    """Record what the partner answered, as a drain does."""
    message.write({"state": "in_progress", "attempt_count": 1})
    message._set_sent([(message, result)])


def prepare_warehouse(customer, product):
    """Return a 3PL's connection and two deliveries: it has one, one waits."""
    warehouse = env["stock.warehouse"].create({"name": "3PL", "code": "LVNG"})
    bob = make_backend("Leaving ShipBob", "shipbob", shipbob_token="t")
    bob.wms_default_carrier_service = "Standard"
    env["logistics.route"].create(
        {
            "name": "To ShipBob",
            "res_model": "stock.picking",
            "type_id": env["logistics.message.type"]._get_id("outbound_instruction"),
            "backend_id": bob.id,
            "warehouse_id": warehouse.id,
        }
    )
    env.cr.commit()
    sent = make_order(customer, product, warehouse=warehouse)
    waiting = make_order(customer, product, warehouse=warehouse)
    messages = env["logistics.message"].search(
        [("backend_id", "=", bob.id)], order="id"
    )
    answer(messages[0], SendResult(external_id="4711"))
    return {
        "sent": sent.id,
        "waiting": waiting.id,
        "bob": bob.id,
        "messages": messages.ids,
    }


def prepare_carrier(customer, product):
    """Return a carrier's connection, and a delivery with its label."""
    ups = make_backend("Leaving UPS", "ups", ups_client_secret="s")
    fee = env["product.product"].create({"name": "UPS", "type": "service"})
    method = env["delivery.carrier"].create(
        {
            "name": "UPS Ground",
            "delivery_type": "logistics",
            "product_id": fee.id,
            "logistics_backend_id": ups.id,
            "logistics_service": "03",
        }
    )
    labelled = make_order(customer, product, carrier=method)
    shipment = env["logistics.shipment"].create(
        {
            "name": f"{labelled.name}/1",
            "picking_id": labelled.id,
            "company_id": labelled.company_id.id,
            "backend_id": ups.id,
            "carrier_id": method.id,
            "state": "labelled",
            "parcel_ids": [Command.create({"name": "P1", "tracking_number": "1Z1"})],
        }
    )
    env["logistics.exception"]._open(
        ups, "internal", "Something", "It happened.", "Look at it.", record=shipment
    )
    return {
        "labelled": labelled.id,
        "ups": ups.id,
        "method": method.id,
        "shipment": shipment.id,
    }


def prepare():
    customer = env["res.partner"].create(
        {
            "name": "Customer",
            "street": "1 Street",
            "city": "Chicago",
            "zip": "60601",
            "state_id": env.ref("base.state_us_13").id,
            "country_id": env.ref("base.us").id,
            "phone": "+1 312 555 0100",
        }
    )
    product = env["product.product"].create(
        {"name": "Mug", "default_code": "LEAVING-MUG", "type": "consu", "weight": 1}
    )
    known = prepare_warehouse(customer, product) | prepare_carrier(customer, product)
    env.cr.commit()
    return known


def uninstall(name):
    module = env["ir.module.module"].search([("name", "=", name)])
    question = env["base.module.uninstall"].create({"module_ids": module.ids})
    effects = question.logistics_effects
    # As a person presses it: the administrator, without superuser rights.
    module.with_user(env.ref("base.user_admin")).button_immediate_uninstall()
    env.transaction.reset()
    return effects, api.Environment(env.cr, env.uid, {})


known = prepare()
of_wms, env = uninstall(WMS)
of_carrier, env = uninstall(CARRIER)
effects = [of_wms, of_carrier]
records = {
    "effects": effects,
    "known": known,
    "installed": env["ir.module.module"]
    .search([("name", "in", [WMS, CARRIER]), ("state", "=", "installed")])
    .mapped("name"),
}
sent, waiting = env["stock.picking"].browse([known["sent"], known["waiting"]])
labelled = env["stock.picking"].browse(known["labelled"])
backends = env["logistics.backend"].browse([known["bob"], known["ups"]])
records["backends"] = backends.mapped(lambda b: [b.connector, b.active, b.state])
messages = env["logistics.message"].browse(known["messages"])
records["messages"] = messages.mapped(lambda m: [m.state, bool(m._get_canonical())])
records["deliveries"] = [
    [p.logistics_backend_id.id, p.logistics_reference] for p in sent | waiting
]
shipment = env["logistics.shipment"].browse(known["shipment"])
records["shipment"] = [shipment.state, shipment.parcel_ids.tracking_number]
records["exceptions"] = env["logistics.exception"].search_count(
    [("backend_id", "=", known["ups"])]
)
method = env["delivery.carrier"].browse(known["method"])
records["method"] = [method.active, method.rate_shipment(labelled.sale_id)["success"]]
waiting.sale_id.with_context(disable_cancel_warning=True).action_cancel()
for picking in sent | labelled:
    picking.move_ids.picked = True
    picking.with_context(skip_sms=True).button_validate()
env.cr.commit()
records["states"] = (sent | waiting | labelled).mapped("state")
text = base64.b64encode(json.dumps(records).encode()).decode()
sys.stdout.write(f"RESULT {text} END\n")
