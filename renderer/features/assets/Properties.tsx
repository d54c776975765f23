import type { UasComponent, UasNode, UasValue } from '../../../shared/contracts/uas.ts';
import { safeText } from '../../lib/safeText.ts';
import styles from './Assets.module.css';

const maxShown = 300;

/** A value in a line; a reference to another asset by its path. */
export function valueText(value: UasValue | undefined): string {
  if (value === undefined) return '–';
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && 'guid' in value) {
    return typeof value['path'] === 'string' ? value['path'] : `guid ${JSON.stringify(value['guid'])}`;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** Names and values of a component, or of an asset that is no hierarchy. */
export function Properties({ values }: { readonly values: Readonly<Record<string, UasValue>> }) {
  return (
    <dl className={styles.values}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name} className={styles.value}>
          <dt>{safeText(name)}</dt>
          <dd>{safeText(valueText(value))}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the chosen object is made of. */
export function NodeDetails({ node }: { readonly node: UasNode }) {
  const { transform } = node;
  return (
    <section className={styles.details} aria-label={`Components of ${safeText(node.name)}`}>
      <h3>{safeText(node.name)}</h3>
      {node.prefabPath === undefined ? null : <p className={styles.quiet}>Prefab: {safeText(node.prefabPath)}</p>}
      {transform === undefined ? null : (
        <p className={styles.quiet}>
          position {transform.position.join(' ')} · rotation {transform.rotation.join(' ')} · scale{' '}
          {transform.scale.join(' ')}
        </p>
      )}
      {node.components.map((component, index) => (
        <Component key={index} component={component} />
      ))}
    </section>
  );
}

function Component({ component }: { readonly component: UasComponent }) {
  const { type, enabled, scriptPath, properties = {} } = component;
  return (
    <details className={styles.component}>
      <summary>
        {safeText(type)}
        {enabled === false ? ' · off' : ''}
      </summary>
      {scriptPath === undefined ? null : <p className={styles.quiet}>{safeText(scriptPath)}</p>}
      {Object.keys(properties).length === 0 ? (
        <p className={styles.quiet}>No values could be read.</p>
      ) : (
        <Properties values={properties} />
      )}
    </details>
  );
}
