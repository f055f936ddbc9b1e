"""DNS panels as data: what each provider's web form wants in its boxes.

To add a provider, write one file, `profiles/<id>.toml`. It says only what sets the provider apart
from the preset that it extends (`presets/*.toml`, which may extend each other):

    title = "Example DNS"
    extends = "relative-no-dot"
    name_servers = ["ns.example.net", "dns-*.example.com"]   # suffixes; * within one label
    import = "merge"          # zone files: none, merge, create-only, replace, unknown

    [name]                    # what stands for the owner name
    form = "relative"         # relative, fqdn, fqdn-dot
    apex = "@"                # "@", "" (left empty), "zone" (the zone's own name, in that form)
    apex_by_type = { MX = "" }
    dot_ends_name = true      # a final dot keeps a relative form from appending the zone

    [target]                  # host names in MX, CNAME and SRV
    dot = "required"          # required: else the zone is appended; none, optional, refused
    dot_by_type = { SRV = "none" }
    null = true               # whether the target "." is taken

    [txt]
    quotes = "none"           # none: typed quotes are stored; required, either
    long = "auto"             # above 255 bytes: auto, by-hand, refused, cut
    max_bytes = 1024          # 0: not known
    refused = ["`"]

    [srv]                     # where service and protocol have boxes of their own
    service_underscore = true
    protocol_underscore = false

    [boxes]                   # in the order of the form; a text with blanks is one box for all
    frame = ["type", "name", "data", "ttl"]
    MX = ["priority", "target"]                      # in place of "data"
    SRV = ["type", "name", "priority weight port target", "ttl"]     # with "type": the whole form
    CAA = ['flags tag "value"']                      # with quotes in the box

    [ttl]
    rule = "seconds"          # seconds; list: one of `choices`; none: no TTL per record
    min = 60
    default = 3600            # where it is left as it is

    [types]
    not_offered = ["TLSA"]

    [labels]                  # what the boxes are called there; "MX.target" goes before "target"
    target = { en = "Points to", de = "Zeigt auf" }

    [[quirks]]                # shown with the records that it is about, or with the panel itself
    types = ["CNAME"]
    names = ["autodiscover"]
    importing = true          # shown with the import of a zone file
    text = "One or two sentences."

    [evidence]                # of each claim: level, then source
    "target.dot" = "P example.net/help/mx"
    "target.dot.SRV" = "A the source of a client"
    "boxes" = "?"

The levels are M (tried), P (the provider's or the vendor's own page), A (the source of a client of
its API), K (common knowledge) and ? (a guess). Only M and P count as verified; whatever else a
text depends on is named with it, so that nobody takes it for certain. Evidence of `target` covers
`target.dot`, and that of `target.dot` covers `target.dot.SRV`. A file that leaves a claim without
evidence, or has a key or value that is not known, does not load.

`render` writes the boxes, `recognise` finds the provider by a zone's name servers.
"""
