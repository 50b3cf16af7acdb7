from . import contract, http, declared, json, soap, webhook, canonical_json
