import { modelPriceSchema, type ModelPrice } from '../../../shared/contracts/settings.ts';
import { Button } from '../../components/Button.tsx';
import { useTyped } from '../program/index.ts';
import { parsePrice, type Parsed } from './amounts.ts';
import { Field } from './Field.tsx';
import { priceFields } from './priceFields.ts';
import { SettingsContext } from './settingsStore.ts';
import form from '../../components/Form.module.css';
import styles from './Prices.module.css';

/** The price of one model; a new one when `model` is empty. An empty field is a modality without a price. */
export function PriceForm(props: {
  readonly model: string;
  readonly price: ModelPrice | undefined;
  readonly onDone: () => void;
}) {
  const { model, price, onDone } = props;
  const { update, store } = SettingsContext.useHandle();
  const { texts, type, forget, sending } = useTyped(`price of ${model}`);
  const name = texts['name'] ?? model;
  const textOf = (key: keyof ModelPrice): string => texts[key] ?? String(price?.[key] ?? '');
  const close = (): void => {
    forget();
    onDone();
  };
  const parsed = priceFields.map(({ key, isNeeded }): Parsed<number | undefined> => {
    const text = textOf(key);
    return isNeeded && text.trim() === '' ? { kind: 'bad', why: 'Needed.' } : parsePrice(text);
  });
  const named: Parsed<string> =
    name.trim() === '' ? { kind: 'bad', why: 'As the service names it.' } : { kind: 'ok', value: name.trim() };

  async function save(): Promise<void> {
    const values = parsed.flatMap((one, index) => {
      const key = priceFields[index]?.key;
      return one.kind === 'ok' && one.value !== undefined && key !== undefined ? [[key, one.value] as const] : [];
    });
    const made = modelPriceSchema.safeParse(Object.fromEntries(values));
    if (!made.success || named.kind === 'bad') return;
    const settle = sending();
    await update({ prices: { [named.value]: made.data } });
    if (store.getState().error === null && settle()) onDone();
  }

  return (
    <form
      className={styles.priceForm}
      aria-label={model === '' ? 'Price of a new model' : `Price of ${model}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {model === '' ? (
        <Field label="Model" text={name} parsed={named} onText={(text) => type('name', text)} />
      ) : (
        <code>{model}</code>
      )}
      <div className={form.fields}>
        {priceFields.map(({ key, name: label }, index) => (
          <Field
            key={key}
            label={label}
            unit="$"
            text={textOf(key)}
            parsed={parsed[index] ?? { kind: 'ok', value: undefined }}
            onText={(text) => type(key, text)}
          />
        ))}
      </div>
      <div className={form.foot}>
        <Button tone="quiet" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={[...parsed, named].some(({ kind }) => kind === 'bad')}>
          Save the price
        </Button>
      </div>
    </form>
  );
}
