import { createContext, useContext, type ReactNode } from 'react';
import { useStore, type StoreApi } from 'zustand';
import { InvariantError } from '../../shared/errors/index.ts';

export interface FeatureContext<State, Handle extends { readonly store: StoreApi<State> }> {
  readonly Provider: (props: { readonly handle: Handle; readonly children: ReactNode }) => ReactNode;
  /** A part of the state; the component renders again only when that part changes. */
  readonly use: <Part>(selector: (state: State) => Part) => Part;
  /** The store and the actions of the feature. */
  readonly useHandle: () => Handle;
}

/** Gives a feature's vanilla zustand store and its actions to components; the composition root makes the handle. */
export function makeFeatureContext<State, Handle extends { readonly store: StoreApi<State> }>(
  name: string,
): FeatureContext<State, Handle> {
  const Context = createContext<Handle | null>(null);
  const useHandle = (): Handle => {
    const handle = useContext(Context);
    if (handle === null) throw new InvariantError(`Nothing was provided for ${name}.`);
    return handle;
  };
  return {
    Provider: ({ handle, children }) => <Context value={handle}>{children}</Context>,
    use: (selector) => useStore(useHandle().store, selector),
    useHandle,
  };
}
