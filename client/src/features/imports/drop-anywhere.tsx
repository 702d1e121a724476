import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useEffectEvent, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { notify } from '../../lib/notices.ts';
import { useSendFile } from './use-send-file.tsx';

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** A file that is dropped on any page can be loaded. On the page of the imports nobody has to be asked. */
export function DropAnywhere() {
  const [isOver, setOver] = useState(true);
  const { pathname } = useLocation();
  const { offer, send, dialog } = useSendFile();

  const take = useEffectEvent((files: FileList) => {
    const [file] = files;
    if (files.length > 1) notify('Drop one file at a time', { tone: 'error' });
    else if (file) (pathname === '/imports' ? send : offer)(file);
  });
  useEffect(() => {
    const { signal, abort } = aborter();
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer.files);
    };
    window.addEventListener('dragover', onOver, { signal });
    window.addEventListener('dragleave', onLeave, { signal });
    window.addEventListener('drop', onDrop, { signal });
    return abort;
  }, []);

  return (
    <>
      {isOver && <DropHere />}
      {dialog}
    </>
  );
}

function aborter() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function DropHere() {
  return (
    <Box
      sx={{
        position: 'fixed',
        inset: 8,
        zIndex: 'tooltip',
        pointerEvents: 'none',
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        border: '2px dashed',
        borderColor: 'primary.main',
        borderRadius: 1,
        bgcolor: 'selection.soft',
        opacity: 0.95,
      }}
    >
      <Typography variant="h2">Drop the workbook or CSV file to load it</Typography>
    </Box>
  );
}
