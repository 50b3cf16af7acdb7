"""UPS: rating, shipping, tracking, track alerts, pick-ups and access points."""

from .dialect import Ups

__all__ = ["Ups"]
