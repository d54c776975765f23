import { useEffect, useState } from 'react';
import { SettingsContext } from '../settings/index.ts';
import { VoiceContext } from './voiceStore.ts';
import styles from './Voice.module.css';

/** Which microphone and which loudspeaker; kept in the settings. */
export function DeviceChoice() {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const chosen = SettingsContext.use(({ settings }) => settings?.voice ?? null);
  const { update } = SettingsContext.useHandle();
  const { takeDevices } = VoiceContext.useHandle();
  const input = chosen?.inputDeviceId ?? null;
  const output = chosen?.outputDeviceId ?? null;

  useEffect(() => {
    const media = navigator.mediaDevices;
    const read = (): void => void media.enumerateDevices().then(setDevices, () => setDevices([]));
    read();
    media.addEventListener('devicechange', read);
    return () => media.removeEventListener('devicechange', read);
  }, []);
  useEffect(() => {
    void takeDevices({ input, output });
  }, [takeDevices, input, output]);

  const choice = (
    label: string,
    kind: MediaDeviceKind,
    value: string | null,
    onChange: (id: string | null) => void,
  ) => (
    <label className={styles.device}>
      {label}
      <select value={value ?? ''} onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}>
        <option value="">System’s choice</option>
        {devices
          .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default')
          .map((device) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label === '' ? device.deviceId.slice(0, 8) : device.label}
            </option>
          ))}
      </select>
    </label>
  );
  return (
    <>
      {choice('Microphone', 'audioinput', input, (id) => void update({ voice: { inputDeviceId: id } }))}
      {choice('Loudspeaker', 'audiooutput', output, (id) => void update({ voice: { outputDeviceId: id } }))}
    </>
  );
}
