#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { connectCommand } from './connect.ts';
import { demoCommand } from './demo.ts';
import { genCommand } from './gen.ts';
import { serveCommand } from './serve.ts';
