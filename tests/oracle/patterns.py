"""pattern: one feature of all calls of a key in a window."""


def read_rule(rule, table):
    raise NotImplementedError


def needed_columns(rule):
    return set()


def findings(rule, name, counted, judged, zone):
    return []
