import { basename } from 'node:path';
import process from 'node:process';
import { readByDefault } from '../../../shared/node/config/index.ts';

/*
 * Both programs are one file: Node itself is nearly all of its size. Which one it is tells the name that it was called
 * by: spark-db is a link to spark-nats-consumer.
 */
readByDefault('/etc/spark/consumer.env');
void (basename(process.argv0) === 'spark-db' ? import('../../../database/main.ts') : import('../main.ts'));
