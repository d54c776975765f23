import { runBolt } from '../multilang/bolt.ts';
import { validateBolt } from './validateBolt.ts';

void runBolt({ input: process.stdin, output: process.stdout }, validateBolt);
