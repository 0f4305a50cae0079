'use strict';
/** The local run and the tests talk over loopback, where no proxy leads: adds it to what the environment exempts already. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];

const given = (process.env.NO_PROXY ?? process.env.no_proxy ?? '').split(',');
const exempt = [...new Set([...given, ...LOOPBACK])].map((host) => host.trim()).filter(Boolean);
// Some read the one, some the other.
process.env.NO_PROXY = exempt.join(',');
process.env.no_proxy = process.env.NO_PROXY;
