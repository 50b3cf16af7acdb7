"""The template of each addon's translations (``i18n/<addon>.pot``)."""
