import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Labels appear on the packing bench by themselves: whoever asked for one is told when
 * it is there. The delivery or shipment that is on the screen is loaded again, so that
 * its button to print (and its key) is ready; for any other one a notification has it.
 */
export const labelBench = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service, notification, orm }) {
        function isOnScreen(label) {
            const { model, resId } = env.services.router?.current || {};
            const shown = action.currentController?.props || {};
            const id = action.currentController?.currentState?.resId || shown.resId || resId;
            const name = shown.resModel || model;
            return (
                (name === "stock.picking" && id === label.picking_id) ||
                (name === "logistics.shipment" && id === label.shipment_id)
            );
        }

        async function print(label) {
            const ids = [label.shipment_id];
            const file = await orm.call("logistics.shipment", "action_print_labels", [ids]);
            await action.doAction(file);
        }

        bus_service.subscribe("logistics_carrier.label", (label) => {
            if (isOnScreen(label)) {
                action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
            }
            notification.add(_t("Label of %s", label.name), {
                type: label.error ? "danger" : "success",
                title: label.error || _t("The label is ready"),
                buttons: label.error
                    ? []
                    : [{ name: _t("Print"), primary: true, onClick: () => print(label) }],
            });
        });
        bus_service.start();
    },
};

registry.category("services").add("logistics_carrier.label_bench", labelBench);
