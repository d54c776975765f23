import { Button } from '../../components/Button.tsx';
import { useTyped } from '../program/index.ts';
import { PriceForm } from './PriceForm.tsx';
import { priceFields } from './priceFields.ts';
import { Reading } from './Reading.tsx';
import { SettingsContext } from './settingsStore.ts';
import form from '../../components/Form.module.css';
import styles from './Prices.module.css';

/** Every price that is used, and where it is from. One of your own replaces the built-in one until you forget it. */
export function Prices() {
  const own = SettingsContext.use((state) => state.settings?.prices) ?? {};
  const builtIn = SettingsContext.use((state) => state.builtInPrices);
  const { update } = SettingsContext.useHandle();
  const { texts, type, sending } = useTyped('prices');
  const edited = texts['edited'] ?? null;
  if (builtIn === null) return <Reading what="settings" />;
  const all = { ...builtIn.models, ...own };
  return (
    <>
      <p className={form.hint}>
        Dollars per million tokens. A model that is not listed has no price: its tokens are counted, its money is not.
        What was counted keeps the price of its time.
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Prices of each model">
        <table className={styles.prices}>
          <thead>
            <tr>
              <th scope="col">Model</th>
              {priceFields.map(({ key, short }) => (
                <th key={key} scope="col">
                  {short}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(all).map(([model, price]) => (
              <tr key={model}>
                <th scope="row">
                  <code>{model}</code>
                  <span className={styles.source}>
                    {Object.hasOwn(own, model) ? 'yours' : `built in, ${builtIn.asOf}`}
                    <Button
                      tone="quiet"
                      aria-label={`Change the price of ${model}`}
                      onClick={() => type('edited', model)}
                    >
                      Change
                    </Button>
                    {Object.hasOwn(own, model) ? (
                      <Button
                        tone="quiet"
                        aria-label={`Forget your price of ${model}`}
                        onClick={() => void update({ prices: { [model]: null } })}
                      >
                        Forget
                      </Button>
                    ) : null}
                  </span>
                </th>
                {priceFields.map(({ key }) => (
                  <td key={key}>{price[key] ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {edited === null ? (
        <Button onClick={() => type('edited', '')}>Add a model</Button>
      ) : (
        // A save that ends when another price is open already must not close that one.
        <PriceForm key={edited} model={edited} price={all[edited]} onDone={sending()} />
      )}
    </>
  );
}
