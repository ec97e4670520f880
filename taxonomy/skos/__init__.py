"""Schemes as others read and write them: SKOS in RDF, sheets and indented text. Nothing else in the hub knows RDF (ADR 0009)."""
