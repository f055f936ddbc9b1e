// Runs a dnsconfig.js with stand-ins of DNSControl's functions, and prints what it declares.
// Called as: node dnscontrol_stand_in.js FILE. ES5, as DNSControl's own interpreter.
"use strict";

var fs = require("fs");
var vm = require("vm");

var domains = [];

function modifier(change) {
  return { change: change };
}

function record(type, fields) {
  return function () {
    var given = Array.prototype.slice.call(arguments);
    var made = { name: given[0], type: type };
    var at = 1;
    fields.forEach(function (field) {
      made[field] = given[at];
      at += 1;
    });
    given.slice(at).forEach(function (further) {
      further.change(made);
    });
    return modifier(function (domain) {
      if (made.ttl === undefined) {
        made.ttl = domain.defaultTtl;
      }
      domain.records.push(made);
    });
  };
}

var world = {
  NewRegistrar: function (name) { return name; },
  NewDnsProvider: function (name) { return name; },
  DnsProvider: function (name) {
    return modifier(function (domain) { domain.provider = name; });
  },
  DefaultTTL: function (seconds) {
    return modifier(function (domain) { domain.defaultTtl = seconds; });
  },
  TTL: function (seconds) {
    return modifier(function (made) { made.ttl = seconds; });
  },
  NO_PURGE: modifier(function (domain) { domain.purges = false; }),
  CAA_CRITICAL: modifier(function (made) { made.flags = 128; }),
  IGNORE: function (label, type, target) {
    return modifier(function (domain) { domain.ignores.push([label, type, target]); });
  },
  D: function (name, registrar) {
    var domain = { name: name, registrar: registrar, purges: true, ignores: [], records: [] };
    var seen = domains.some(function (other) { return other.name === name; });
    if (seen) {
      throw new Error(name + " is declared twice");
    }
    Array.prototype.slice.call(arguments, 2).forEach(function (each) {
      each.change(domain);
    });
    domains.push(domain);
  },
  A: record("A", ["target"]),
  AAAA: record("AAAA", ["target"]),
  CNAME: record("CNAME", ["target"]),
  TXT: record("TXT", ["target"]),
  MX: record("MX", ["preference", "target"]),
  SRV: record("SRV", ["priority", "weight", "port", "target"]),
  CAA: record("CAA", ["tag", "target"]),
  TLSA: record("TLSA", ["usage", "selector", "matching", "target"])
};

vm.runInNewContext(fs.readFileSync(process.argv[2], "utf8"), world);
process.stdout.write(JSON.stringify(domains));
