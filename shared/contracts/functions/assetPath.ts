import { z } from 'zod';

export const assetPath = z
  .string()
  .min(1)
  .max(512)
  .describe(
    'Path inside the Unity project, starting with Assets/, forward slashes, e.g. Assets/Scripts/PlayerController.cs',
  );
