/** Rounds in which a model may mend its own compile errors in one turn before it must ask. */
export const maxMendingRounds = 3;
