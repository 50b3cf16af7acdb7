from . import contract, http, json, soap, webhook, canonical_json
