"""The gateway's own SQLite file: one file per noun, plain functions over a `Tx`."""
