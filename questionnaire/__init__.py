"""Alongside: how well an organization stands alongside its peer workers."""
