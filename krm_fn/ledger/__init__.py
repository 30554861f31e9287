"""The ledger: each change is recorded where it is made, and each record undoes its change. It knows no proxy."""
